//go:build !race

package ua_test

const raced = false
