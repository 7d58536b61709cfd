"""What a unit handed in: where it stands, what the reviewer wrote, and the way to the next round."""
