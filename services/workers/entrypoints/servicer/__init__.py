"""The gRPC services of this process, one file each: they convert, call one use case, convert back."""
