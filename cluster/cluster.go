// Package cluster says what a rendered release does on the nodes of a cluster: where its pods may and would go, which
// stay Pending and why, whether rollouts finish, and what the loss of nodes leaves. The verdicts are those of the real
// scheduler's code, which it reaches through kube; what controllers do in between is retold here from their source.
//
// It knows inventories (what nodes there are) and releases. It judges nothing: that a pod is Pending is a result here and
// a finding in lint. It uses no network and no clock; chance is a seed.
package cluster
