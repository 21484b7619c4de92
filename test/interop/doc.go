// Package interop has no code of its own: its tests run the built intercom against real SIP peers on loopback addresses,
// Asterisk as the house's PBX, baresip as a phone that is called directly, SIPp where a peer must misbehave. The peers are
// installed and started by the scripts in test/peers; without them, or without root, the tests are skipped, unless
// INTERCOM_REQUIRE_PEERS=1 makes that a failure.
//
// Every PBX and every door station has an address of its own in 127.0.0.0/8, every phone a port, so that all tests run side by side and two runs
// of the suite do not disturb each other.
package interop
