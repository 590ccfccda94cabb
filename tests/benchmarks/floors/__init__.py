"""The least work possible, each as a program of its own: what our figures are divided by."""
