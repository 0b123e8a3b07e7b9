"""What a text means, whatever its words: vectors of an embedding model, which runs in a process of its own."""
