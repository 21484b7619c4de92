//go:build !linux

package doctor

import "errors"

var errNoLinux = errors.New("this computer does not run Linux")

func synced() (bool, error)       { return false, errNoLinux }
func kernelLog() (string, error)  { return "", errNoLinux }
func powerSave(int) (bool, error) { return false, errNoLinux }
