package gpioline

import (
	"testing"
	"unsafe"
)

// The numbers are what a C compiler says of <linux/gpio.h>; they are the same on 32 and 64 bit.
func TestStructuresAreTheKernels(t *testing.T) {
	for name, c := range map[string]struct{ got, want uintptr }{
		"gpiochip_info":                         {unsafe.Sizeof(chipInfo{}), 68},
		"gpiochip_info.label":                   {unsafe.Offsetof(chipInfo{}.label), 32},
		"gpiochip_info.lines":                   {unsafe.Offsetof(chipInfo{}.lines), 64},
		"line_attribute":                        {unsafe.Sizeof(lineAttribute{}), 16},
		"line_attribute.values":                 {unsafe.Offsetof(lineAttribute{}.value), 8},
		"line_config_attribute":                 {unsafe.Sizeof(configAttribute{}), 24},
		"line_config_attribute.mask":            {unsafe.Offsetof(configAttribute{}.mask), 16},
		"line_config":                           {unsafe.Sizeof(lineConfig{}), 272},
		"line_config.num_attrs":                 {unsafe.Offsetof(lineConfig{}.attributes), 8},
		"line_config.attrs":                     {unsafe.Offsetof(lineConfig{}.attribute), 32},
		"line_request":                          {unsafe.Sizeof(lineRequest{}), 592},
		"line_request.consumer":                 {unsafe.Offsetof(lineRequest{}.consumer), 256},
		"line_request.config":                   {unsafe.Offsetof(lineRequest{}.config), 288},
		"line_request.num_lines":                {unsafe.Offsetof(lineRequest{}.lines), 560},
		"line_request.event_buffer_size":        {unsafe.Offsetof(lineRequest{}.eventsMax), 564},
		"line_request.fd":                       {unsafe.Offsetof(lineRequest{}.fd), 588},
		"line_info":                             {unsafe.Sizeof(lineInfo{}), 256},
		"line_info.consumer":                    {unsafe.Offsetof(lineInfo{}.consumer), 32},
		"line_info.offset":                      {unsafe.Offsetof(lineInfo{}.offset), 64},
		"line_info.flags":                       {unsafe.Offsetof(lineInfo{}.flags), 72},
		"line_info.attrs":                       {unsafe.Offsetof(lineInfo{}.attribute), 80},
		"line_values":                           {unsafe.Sizeof(lineValues{}), 16},
		"line_values.mask":                      {unsafe.Offsetof(lineValues{}.mask), 8},
		"line_event":                            {unsafe.Sizeof(lineEvent{}), 48},
		"line_event.id":                         {unsafe.Offsetof(lineEvent{}.id), 8},
		"line_event.line_seqno":                 {unsafe.Offsetof(lineEvent{}.lineSeqno), 20},
		"GPIO_GET_CHIPINFO_IOCTL":               {ioctlChipInfo, 0x8044b401},
		"GPIO_V2_GET_LINEINFO_IOCTL":            {ioctlLineInfo, 0xc100b405},
		"GPIO_V2_GET_LINE_IOCTL":                {ioctlLine, 0xc250b407},
		"GPIO_V2_LINE_GET_VALUES_IOCTL":         {ioctlGetValues, 0xc010b40e},
		"GPIO_V2_LINE_SET_VALUES_IOCTL":         {ioctlSetValues, 0xc010b40f},
		"GPIO_V2_LINE_FLAG_USED":                {flagUsed, 0x1},
		"GPIO_V2_LINE_FLAG_ACTIVE_LOW":          {flagActiveLow, 0x2},
		"GPIO_V2_LINE_FLAG_INPUT":               {flagInput, 0x4},
		"GPIO_V2_LINE_FLAG_OUTPUT":              {flagOutput, 0x8},
		"GPIO_V2_LINE_FLAG_EDGE_RISING":         {flagEdgeRising, 0x10},
		"GPIO_V2_LINE_FLAG_EDGE_FALLING":        {flagEdgeFalling, 0x20},
		"GPIO_V2_LINE_FLAG_BIAS_PULL_UP":        {flagPullUp, 0x100},
		"GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN":      {flagPullDown, 0x200},
		"GPIO_V2_LINE_FLAG_BIAS_DISABLED":       {flagBiasDisabled, 0x400},
		"GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES":    {attrOutputValues, 2},
		"GPIO_V2_LINE_ATTR_ID_DEBOUNCE":         {attrDebounce, 3},
		"GPIO_V2_LINE_EVENT_RISING_EDGE (enum)": {eventRisingEdge, 1},
	} {
		if c.got != c.want {
			t.Errorf("%s is %#x, in the kernel %#x", name, c.got, c.want)
		}
	}
}
