package kube

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	fwk "k8s.io/kube-scheduler/framework"
	"k8s.io/kubernetes/pkg/scheduler/apis/config"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/feature"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/interpodaffinity"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodeaffinity"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodename"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodeports"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/noderesources"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/nodeunschedulable"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/podtopologyspread"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/tainttoleration"
	"k8s.io/kubernetes/pkg/scheduler/framework/plugins/volumerestrictions"
)

// plugin is one of the scheduler's plugins, by what it can do.
type plugin struct {
	name      string
	weight    int64
	prefilter fwk.PreFilterPlugin
	filter    fwk.FilterPlugin
	prescore  fwk.PreScorePlugin
	score     fwk.ScorePlugin
}

// profileEntry is one line of the default profile.
type profileEntry struct {
	weight    int64
	arguments runtime.Object
	make      func(context.Context, runtime.Object, fwk.Handle, feature.Features) (fwk.Plugin, error)
}

// profile lists the plugins in the order in which they are asked: the first that rejects a node names the reason. Order,
// weights and arguments are those of
// https://github.com/kubernetes/kubernetes/blob/v1.37.1/pkg/scheduler/apis/config/v1/default_plugins.go and defaults.go
// beside it; TestProfileIsTheDefault compares.
func profile() []profileEntry {
	resources := []config.ResourceSpec{{Name: string(corev1.ResourceCPU), Weight: 1}, {Name: string(corev1.ResourceMemory), Weight: 1}}
	return []profileEntry{
		{0, nil, nodename.New},
		{0, nil, nodeunschedulable.New},
		{3, nil, tainttoleration.New},
		{2, &config.NodeAffinityArgs{}, nodeaffinity.New},
		{0, nil, nodeports.New},
		{1, &config.NodeResourcesFitArgs{ScoringStrategy: &config.ScoringStrategy{Type: config.LeastAllocated, Resources: resources}}, noderesources.NewFit},
		{0, nil, volumerestrictions.New},
		{0, nil, newVolumeBinding},
		{0, nil, newVolumeZone},
		{2, &config.PodTopologySpreadArgs{DefaultingType: config.SystemDefaulting}, podtopologyspread.New},
		{2, &config.InterPodAffinityArgs{HardPodAffinityWeight: 1}, interpodaffinity.New},
		{1, &config.NodeResourcesBalancedAllocationArgs{Resources: resources}, noderesources.NewBalancedAllocation},
	}
}

// features are the feature gates as they are by default, without dynamic resource allocation: its objects are not known.
func features() feature.Features {
	gates := feature.NewSchedulerFeaturesFromGates(utilfeature.DefaultFeatureGate)
	gates.EnableDynamicResourceAllocation, gates.EnableDRAExtendedResource = false, false
	return gates
}

func defaultProfile(ctx context.Context, h fwk.Handle) ([]plugin, error) {
	var all []plugin
	gates := features()
	for _, entry := range profile() {
		made, err := entry.make(ctx, entry.arguments, h, gates)
		if err != nil {
			return nil, fmt.Errorf("set up the scheduler: %w", err)
		}
		p := plugin{name: made.Name(), weight: entry.weight}
		p.prefilter, _ = made.(fwk.PreFilterPlugin)
		p.filter, _ = made.(fwk.FilterPlugin)
		p.prescore, _ = made.(fwk.PreScorePlugin)
		if p.weight > 0 {
			p.score, _ = made.(fwk.ScorePlugin)
		}
		all = append(all, p)
	}
	return all, nil
}
