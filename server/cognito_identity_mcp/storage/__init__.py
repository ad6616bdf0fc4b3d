"""The database of this server: a private folder, its key, its tables."""
