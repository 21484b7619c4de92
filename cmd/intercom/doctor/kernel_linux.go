package doctor

import "syscall"

// synced asks the kernel whether its clock is kept by another (adjtimex(2)).
func synced() (bool, error) {
	const unsynchronised = 0x40 // STA_UNSYNC
	var t syscall.Timex
	if _, err := syscall.Adjtimex(&t); err != nil {
		return false, err
	}
	return t.Status&unsynchronised == 0, nil
}

// kernelLog reads the ring of the kernel's log (syslog(2)), which takes root where kernel.dmesg_restrict is set.
func kernelLog() (string, error) {
	const readAll = 3 // SYSLOG_ACTION_READ_ALL
	buffer := make([]byte, 1<<20)
	n, err := syscall.Klogctl(readAll, buffer)
	if err != nil {
		return "", err
	}
	return string(buffer[:n]), nil
}
