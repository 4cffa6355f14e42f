"""Work on lobby campaigns: what they have besides what every dossier has."""
