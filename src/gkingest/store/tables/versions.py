"""Every shape that the tables have had since version 5; `make schema` adds one where they changed."""

SHAPES = {
    5: "3fe56ca4766cc2218de670a073563b8e217410a4d11089c1b8f0feb95daa0d3e",
    6: "25635bcc8683c48ea1bb75eecb3246d4ed31d448e935d0fc9f4c7f4f9735e7dd",
    7: "216b348aefe53ead8300f74987ff4b899b332d1d57ef77aa9deb3d5821766387",
    8: "eb49c9eefcf284a4ffede04035e6151378cc6eb8f3b8769e7aae4b17cd1a8bad",
    9: "4befe2865aa05d4e5abf4031d139d96e107a92543458f175c5881a475abc0b8f",
    10: "955e1b5472d7f9d200b20fc72c2ee2ae1b3234ce16e864c8ff9d4d532d170b6d",
    11: "8baca7edbf5bc412d52f62796d0dd561ec84817bc89999fd804cc171b550a08e",
}
