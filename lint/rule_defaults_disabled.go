package lint

var _ = register(Rule{
	ID: "defaults-disabled", Category: "availability", Severity: Warning, Since: "0.1.0",
	Title: "A constraint without effect that switched off the default spreading",
	NoFix: "what the constraint is to be, only you can tell",
	Doc: `Any entry in ` + "`topologySpreadConstraints`" + `, even one that counts no pod, switches off the scheduler's built-in default
constraints (hostname maxSkew 3, zone maxSkew 5, both ScheduleAnyway): the workload is worse off than with none.

It is not reported by itself but as the effect of the finding that makes the constraint ineffective: selector-missing,
selector-empty, selector-misses-self and topology-key-suspicious.

Source: https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/framework/plugins/podtopologyspread/common.go (getConstraints)`,
	Engine: true,
})
