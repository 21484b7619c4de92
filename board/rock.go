package board

// rocks are boards by Radxa. The table is that of the maker's documentation (docs.radxa.com) and of libmraa; the labels are those of
// the kernel's driver (linux: drivers/gpio/gpio-rockchip.c).
func rocks() []profile {
	return []profile{{
		name: "rock-5b", compatible: []string{"radxa,rock-5b"}, line: rockchip,
		unfit: map[string]string{"GPIO0_B5": console, "GPIO0_B6": console}, i2s: []string{"GPIO3_B5", "GPIO3_B6", "GPIO3_B2", "GPIO3_B3"},
		header: []string{"",
			"3.3 V", "5 V", "GPIO4_B3", "5 V", "GPIO4_B2", "ground", "GPIO3_C3", "GPIO0_B5", "ground", "GPIO0_B6",
			"GPIO3_C1", "GPIO3_B5", "GPIO3_B7", "ground", "GPIO3_C0", "GPIO3_A4", "3.3 V", "GPIO4_C4", "GPIO1_B2", "ground",
			"GPIO1_B1", "an analogue input", "GPIO1_B3", "GPIO1_B4", "ground", "GPIO1_B5", "GPIO4_C6", "GPIO4_C5", "GPIO1_D7", "ground",
			"GPIO1_B7", "GPIO3_C2", "GPIO3_A7", "ground", "GPIO3_B6", "GPIO3_B1", "not connected", "GPIO3_B2", "ground", "GPIO3_B3",
		},
	}}
}
