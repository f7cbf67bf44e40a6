"""What makes and checks parts of the repository; not shipped."""
