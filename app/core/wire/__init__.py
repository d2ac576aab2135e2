"""Generated protobuf modules; sources in `proto/luopu/`, made by `make proto`."""
