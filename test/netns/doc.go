// Package netns gives tests of the kernel's network one of their own: a namespace with nothing in it but a loopback that
// is down. It needs root and the ip command of iproute2; without them a test says so and is left out.
package netns
