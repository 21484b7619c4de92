//go:build !race

package appliance_test

const raced = false
