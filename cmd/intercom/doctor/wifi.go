package doctor

import (
	"context"
	"fmt"
	"strings"
)

// faint is the signal, in dBm, below which speech breaks.
const faint = -72

// wifi tells of the radio's sleep, by which calls come late and speech breaks, and of its signal.
func wifi(_ context.Context, s Subject) []Finding {
	all, err := s.Links()
	if err != nil {
		return nil // links tells
	}
	var told []Finding
	for _, l := range all {
		if !l.Up || !s.exists("sys/class/net/"+l.Name+"/phy80211") && !s.exists("sys/class/net/"+l.Name+"/wireless") {
			continue
		}
		told = append(told, s.radioSleep(l))
		if dBm, known := signal(s.read("proc/net/wireless"), l.Name); known {
			told = append(told, reception(l.Name, dBm))
		}
	}
	return told
}

func (s Subject) radioSleep(l Link) Finding {
	const id = "network.wifi-sleep"
	on, err := s.PowerSave(l.Index)
	switch {
	case err != nil:
		return skipped(id, "iw dev "+l.Name+" get power_save", "The kernel does not say whether %s sleeps between packets: %v", l.Name, err)
	case on:
		return warning(id, fmt.Sprintf("sudo iw dev %s set power_save off; for good: nmcli connection modify NAME 802-11-wireless.powersave 2", l.Name),
			"%s sleeps between packets: calls come late, and speech breaks.", l.Name)
	}
	return ok(id, "%s does not sleep", l.Name)
}

func reception(link string, dBm int) Finding {
	const id = "network.wifi-signal"
	if dBm < faint {
		return warning(id, "Bring the access point nearer, or lay a cable.", "%s hears its access point at %d dBm only.", link, dBm)
	}
	return ok(id, "%s hears its access point at %d dBm", link, dBm)
}

// signal reads /proc/net/wireless.
func signal(table, link string) (dBm int, known bool) {
	f := strings.Fields(field(table, " "+link))
	if len(f) == 0 {
		f = strings.Fields(field(table, link))
	}
	if len(f) < 3 {
		return 0, false
	}
	_, err := fmt.Sscanf(strings.TrimSuffix(f[2], "."), "%d", &dBm)
	return dBm, err == nil && dBm < 0
}
