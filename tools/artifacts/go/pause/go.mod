module streaminglab.dev/tools/pause

go 1.21
