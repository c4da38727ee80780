"""What a position must know of a flow: its steps as a handbook, with editions, approval and read receipts."""
