package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spreadlint/spreadlint/fix"
)

// save replaces files of the user by corrected ones: each is written in full
// beside the old one, brought to the disk and then renamed, so that whatever
// happens there is the old file or the new one. None is renamed before all are
// written. A file that was changed since it was read is not touched.
func save(files []fix.Changed) error {
	interruption := holdInterruption()
	defer interruption.release()

	var ready []replacement
	discard := func() {
		for _, r := range ready {
			os.Remove(r.temporary)
		}
	}
	for _, f := range files {
		r, err := prepare(f)
		if err != nil {
			discard()
			return err
		}
		ready = append(ready, r)
	}
	if interruption.came() {
		discard()
		return errInterrupted
	}
	for i, r := range ready {
		if err := r.commit(); err != nil {
			ready = ready[i:]
			discard()
			if i > 0 {
				return fmt.Errorf("%w; %d of %d files were written before", err, i, len(files))
			}
			return err
		}
	}
	return nil
}

var errInterrupted = usage("interrupted: nothing was written")

// replacement is a new file beside the one it is to replace.
type replacement struct {
	name, temporary string
	before          []byte
}

func prepare(f fix.Changed) (r replacement, err error) {
	given := f.Before.Name
	name, err := filepath.EvalSymlinks(given)
	if err != nil {
		return r, unwritable(given, err)
	}
	info, err := os.Stat(name)
	if err != nil {
		return r, unwritable(given, err)
	}
	if !info.Mode().IsRegular() {
		return r, usage("cannot write "+given+": no regular file", "--out FILE writes the corrected values elsewhere")
	}
	// A rename would replace a file that may not be written.
	probe, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		return r, unwritable(given, err)
	}
	if err := probe.Close(); err != nil {
		return r, unwritable(given, err)
	}
	r = replacement{name: name, before: f.Before.Src}
	if err := r.unchanged(given); err != nil {
		return r, err
	}
	r.temporary, err = writeBeside(name, info.Mode().Perm(), func(file *os.File) error {
		_, err := file.Write(f.After.Src)
		return errors.Join(err, file.Chmod(info.Mode().Perm())) // whatever the umask
	})
	if err != nil {
		return r, unwritable(given, err)
	}
	keepOwner(r.temporary, info)
	return r, nil
}

// unchanged refuses a file that someone else wrote to in the meantime.
func (r replacement) unchanged(given string) error {
	now, err := os.ReadFile(r.name)
	if err != nil {
		return unwritable(given, err)
	}
	if !bytes.Equal(now, r.before) {
		return usage(given+" was changed by another program meanwhile: not written", "run the command again")
	}
	return nil
}

func (r replacement) commit() error {
	if err := r.unchanged(r.name); err != nil {
		return err
	}
	if err := os.Rename(r.temporary, r.name); err != nil {
		return unwritable(r.name, err)
	}
	syncFolder(filepath.Dir(r.name))
	return nil
}

// syncFolder brings a rename to the disk. Not every file system can, and
// without it the old file may come back after a power cut: both are whole.
func syncFolder(name string) {
	if folder, err := os.Open(name); err == nil {
		_ = folder.Sync()
		_ = folder.Close()
	}
}
