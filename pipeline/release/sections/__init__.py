"""What the report shows: each module turns evidence into one section's figures and geometry, all of it plain values."""
