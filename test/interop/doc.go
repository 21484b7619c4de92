// Package interop has no code of its own: its tests run the built intercom, as door station and as telephone, against real SIP
// peers on loopback addresses: Asterisk, new and old, as the house's PBX, Kamailio as its proxy, baresip and linphone as phones, SIPp
// where a peer must misbehave. The peers are installed and started by the scripts in test/peers; without them, or without root, the
// tests are skipped, unless INTERCOM_REQUIRE_PEERS=1 makes that a failure.
//
// Every PBX, every door station and every phone has an address of its own in 127.0.0.0/8, or a port, so that all tests run side by
// side and two runs of the suite do not disturb each other. A wait ends with what is waited for. Of a test that fails all logs
// are kept, and their ends are shown.
package interop
