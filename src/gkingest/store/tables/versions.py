"""Every shape that the tables have had since version 5; `make schema` adds one where they changed."""

SHAPES = {
    5: "3fe56ca4766cc2218de670a073563b8e217410a4d11089c1b8f0feb95daa0d3e",
}
