//go:build !race

package denoise

// rounds is the number of talkers and streets in each test.
const rounds = 6
