"""What people type in, read and refused in their own language; nothing typed is lost."""
