package render

import (
	"crypto/sha256"
	"fmt"
	"reflect"
	"sync"
)

// Certificates that charts make while they render are what rendering costs
// most, nearly all of it for the private key, and a chart with findings is
// rendered several times. What a key is decides nothing here, and no rendered
// text is ever shown, so all certificates share one key, made on first need.
// Salted hashes and private keys by themselves are made once for the same
// arguments. The certificates are real, and made anew on each call.

// withKey are the functions that make a key and a certificate, and those
// beside them that are given a key.
var withKey = map[string]string{
	"genCA": "genCAWithKey", "genSelfSignedCert": "genSelfSignedCertWithKey", "genSignedCert": "genSignedCertWithKey",
}

// slow are the functions that may return what they returned before.
var slow = []string{"genPrivateKey", "bcrypt", "htpasswd", "derivePassword"}

// shareKeys replaces functions by ones of the same types.
func shareKeys(functions map[string]any) {
	selfSigned := reflect.ValueOf(functions["genSelfSignedCert"])
	key := sync.OnceValue(func() reflect.Value {
		made := selfSigned.Call([]reflect.Value{reflect.ValueOf("spreadlint"), reflect.ValueOf([]any{}), reflect.ValueOf([]any{}), reflect.ValueOf(1)})
		return made[0].FieldByName("Key")
	})
	for name, given := range withKey {
		own, other := reflect.ValueOf(functions[name]), reflect.ValueOf(functions[given])
		functions[name] = reflect.MakeFunc(own.Type(), func(args []reflect.Value) []reflect.Value {
			return other.Call(append(args[:len(args):len(args)], key()))
		}).Interface()
	}
	for _, name := range slow {
		functions[name] = remembered(functions[name])
	}
}

// remembered is f, which is called once for the same arguments. Of those only
// a hash is kept, for they may be passwords.
func remembered(f any) any {
	v := reflect.ValueOf(f)
	var lock sync.Mutex
	known := map[[sha256.Size]byte][]reflect.Value{}
	return reflect.MakeFunc(v.Type(), func(args []reflect.Value) []reflect.Value {
		hash := sha256.New()
		for _, a := range args {
			fmt.Fprintf(hash, "%T %[1]q\n", a.Interface())
		}
		at := [sha256.Size]byte(hash.Sum(nil))
		lock.Lock()
		defer lock.Unlock()
		result, ok := known[at]
		if !ok {
			if len(known) == maxRemembered {
				clear(known)
			}
			result = v.Call(args)
			known[at] = result
		}
		return result
	}).Interface()
}

const maxRemembered = 1000
