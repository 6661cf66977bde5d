"""What each of the company's systems writes down of a life, and the bytes in which it delivers that."""
