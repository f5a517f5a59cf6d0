package lint

var placementRefused = register(Rule{
	ID: "placement-refused", Category: "api", Severity: Error, Since: "0.1.0",
	Title: "The API server refuses a placement field",
	NoFix: "what would be accepted is not known",
	Doc: `The API server's own validation, which spreadlint runs, refuses the affinity or the topology spread
constraints of this workload for a reason that no more specific rule explains. The message quotes Kubernetes.

The object is not created and ` + "`helm upgrade`" + ` fails. There is no reason to ignore this rule.`,
	Engine: true,
})
