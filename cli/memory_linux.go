package cli

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// availableMemory is how many bytes this process may still take: the least of
// what the machine has, of its control groups and of its resource limits;
// 0 when nothing is known. Of a limit of address space only half counts: Go
// reserves more than it uses and gives nothing back.
func availableMemory() int64 {
	var least int64
	take := func(left int64) {
		if left = max(left, 1); least == 0 || left < least {
			least = left
		}
	}
	if free := field("/proc/meminfo", "MemAvailable:"); free > 0 {
		take(free << 10)
	}
	for _, group := range controlGroups() {
		for _, files := range [][2]string{{"memory.max", "memory.current"}, {"memory.limit_in_bytes", "memory.usage_in_bytes"}} {
			if limit := field(filepath.Join(group, files[0]), ""); limit > 0 {
				cache := field(filepath.Join(group, "memory.stat"), "inactive_file") // the kernel frees it first
				take(limit - field(filepath.Join(group, files[1]), "") + cache)
			}
		}
	}
	if limit := resource(syscall.RLIMIT_DATA); limit > 0 {
		take(limit - field("/proc/self/status", "VmData:")<<10)
	}
	if limit := resource(syscall.RLIMIT_AS); limit > 0 {
		take((limit - field("/proc/self/status", "VmSize:")<<10) / 2)
	}
	return least
}

// controlGroups are the directories of the process's memory control groups,
// of both versions, with those around them. In a container, the path that the
// kernel tells may be one of the host: then the root of the mount counts.
func controlGroups() []string {
	text, err := os.ReadFile("/proc/self/cgroup")
	if err != nil {
		return nil
	}
	var groups []string
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		part := strings.SplitN(line, ":", 3) // number:controllers:path
		if len(part) != 3 || part[1] != "" && part[1] != "memory" {
			continue
		}
		root := filepath.Join("/sys/fs/cgroup", part[1])
		for dir := filepath.Join(root, part[2]); len(dir) > len(root); dir = filepath.Dir(dir) {
			groups = append(groups, dir)
		}
		groups = append(groups, root)
	}
	return groups
}

// field reads the number behind a name at the start of a line, or the first
// number of the file when the name is empty; 0 when there is none.
func field(file, name string) int64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		if name != "" && len(words) > 0 {
			if words[0] != name {
				continue
			}
			words = words[1:]
		}
		if len(words) > 0 {
			if n, err := strconv.ParseInt(words[0], 10, 64); err == nil {
				return n
			}
		}
	}
	return 0
}

// resource is a limit of the process, 0 for none.
func resource(which int) int64 {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(which, &limit); err != nil || limit.Cur > 1<<60 {
		return 0
	}
	return int64(limit.Cur)
}
