"""The words that every stage shares: frozen data, closed vocabularies, the columns of frames. No I/O."""
