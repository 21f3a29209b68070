"""What a site publishes, for everybody's reader: ``published`` says which articles, ``writing`` makes RSS, Atom and JSON Feed of
them, ``opening`` says who may read."""
