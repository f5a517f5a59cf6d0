package values

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// SyntaxError says why bytes are no values file. Line and Column count from 1;
// 0 is unknown. Message says what was found and Hint, where there is one, what
// to do; both are plain words, in lower case.
type SyntaxError struct {
	File          string
	Line, Column  int
	Message, Hint string
}

// Error is one line: "values.yaml:3:1: tab characters cannot indent YAML".
func (e *SyntaxError) Error() string {
	where := e.File
	if e.Line > 0 {
		where += fmt.Sprintf(":%d", e.Line)
		if e.Column > 0 {
			where += fmt.Sprintf(":%d", e.Column)
		}
	}
	return where + ": " + e.Message
}

// syntaxError is an error at a byte offset.
func (f *File) syntaxError(offset int, message, hint string) *SyntaxError {
	at := f.PosAt(offset)
	return &SyntaxError{File: f.Name, Line: at.Line, Column: at.Column, Message: message, Hint: hint}
}

// checkEncoding refuses bytes that are no UTF-8 text. UTF-16 with a byte order
// mark is refused although Helm's library reads it: nothing else does, and no
// position would be right.
func checkEncoding(f *File) error {
	if bytes.HasPrefix(f.Src, []byte("\xff\xfe")) || bytes.HasPrefix(f.Src, []byte("\xfe\xff")) {
		return &SyntaxError{File: f.Name, Line: 1, Column: 1,
			Message: "the file is not UTF-8: it starts with the byte order mark of UTF-16",
			Hint:    "save the file as UTF-8"}
	}
	if at := bytes.IndexByte(f.Src, 0); at >= 0 {
		return f.syntaxError(at,
			"the file is binary: it has a NUL byte",
			"a values file is a text file in UTF-8; check the file name, and save the file as UTF-8")
	}
	if utf8.Valid(f.Src) {
		return nil
	}
	at := 0
	for {
		r, n := utf8.DecodeRune(f.Src[at:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		at += n
	}
	return f.syntaxError(at,
		fmt.Sprintf("the file is not UTF-8: byte 0x%02x", f.Src[at]),
		"save the file as UTF-8")
}

// checkCharacters finds the first character that YAML forbids everywhere; -1
// when there is none.
func checkCharacters(src []byte) int {
	for at, r := range string(src) {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0x7e, r == 0x85:
		case r >= 0xa0 && r <= 0xd7ff, r >= 0xe000 && r <= 0xfffd, r >= 0x10000:
		default:
			return at
		}
	}
	return -1
}
