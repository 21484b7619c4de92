package configs

// Check reads a configuration that has no file of secrets; see Files.Check.
func Check(name string, text []byte) (Config, Faults) { return Files{Path: name, Text: text}.Check() }
