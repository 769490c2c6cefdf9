"""Open documents: what the editor holds, edited in place, and the snapshots that everything else reads."""
