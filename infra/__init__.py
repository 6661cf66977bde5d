"""What clearwell runs on, as Pulumi: the data lake's buckets and their keys."""
