"""Messages that a schema of the lab's registry wrote: found out, bounded, and in text."""
