package configs

import "time"

// location finds a time zone in the system's database; the system's own where there is no name.
func location(name string) (*time.Location, error) {
	if name == "" {
		return time.Local, nil
	}
	return time.LoadLocation(name)
}
