"""Work on the text of a dossier: versions, first draft, points, comments, the library of positions."""
