"""How the board decides on the text of a dossier."""
