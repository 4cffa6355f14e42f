"""When work runs, in which order, and what is tried again. Only this package imports Prefect."""
