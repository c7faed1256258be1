"""Every shape that the tables have had since version 5; `make schema` adds one where they changed."""

SHAPES = {
    5: "3fe56ca4766cc2218de670a073563b8e217410a4d11089c1b8f0feb95daa0d3e",
    6: "25635bcc8683c48ea1bb75eecb3246d4ed31d448e935d0fc9f4c7f4f9735e7dd",
    7: "216b348aefe53ead8300f74987ff4b899b332d1d57ef77aa9deb3d5821766387",
    8: "69902c4f7151bcd9287adbbbd2187fe5b6a88b7d3bf02a1c46e7f7f7c31edbf5",
    9: "06b32d9bcfd057dcdd1eb4863b6c594397929c9ea57ad1c387fb927d372a87a4",
}
