package main

import (
	"encoding/json"
	"strings"
	"testing"

	"intercom/cmd/intercom/doctor"
)

func TestDoctorAsJSON(t *testing.T) {
	status, said := intercom(t, t.Context(), "doctor", "-json", "-config", file(t, "good.toml", good))
	var r doctor.Report
	if err := json.Unmarshal([]byte(said), &r); err != nil {
		t.Fatalf("%v in\n%s", err, said)
	}
	want := map[doctor.Level]int{doctor.Warning: exitDoctorWarning, doctor.Fault: exitDoctorFault}[r.Worst]
	if status != want || r.Schema != doctor.Schema || len(r.Findings) < 5 || r.Version == "" || r.Config == "" {
		t.Errorf("status %d, %+v", status, r)
	}
	if strings.Contains(said, "73914") {
		t.Errorf("a code is shown:\n%s", said)
	}
}

func TestDoctorWithoutAConfiguration(t *testing.T) {
	status, said := intercom(t, t.Context(), "doctor", "-config", "/nowhere/x.toml")
	if status != exitDoctorFault || !strings.Contains(said, "/nowhere/x.toml: there is no such file") || !strings.Contains(said, "Look first at: ") {
		t.Errorf("status %d\n%s", status, said)
	}
	if status, _ := intercom(t, t.Context(), "doctor", "-typo"); status != exitDoctorUnknown {
		t.Errorf("status %d of a wrong command line", status)
	}
}

func TestDevices(t *testing.T) {
	if status, said := intercom(t, t.Context(), "devices"); status != exitOK || !strings.Contains(said, "chips") && !strings.Contains(said, "lines") {
		t.Errorf("status %d\n%s", status, said)
	}
	status, said := intercom(t, t.Context(), "devices", "-json", "-config", file(t, "good.toml", good))
	if status != exitOK || !json.Valid([]byte(said)) {
		t.Errorf("status %d\n%s", status, said)
	}
	if status, said := intercom(t, t.Context(), "devices", "-config", "/nowhere.toml"); status != exitUsage {
		t.Errorf("status %d\n%s", status, said)
	}
}
