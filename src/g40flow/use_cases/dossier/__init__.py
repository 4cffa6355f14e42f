"""Work on dossiers: opening them, taking steps, planning, and what does not go as usual."""
