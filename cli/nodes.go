package cli

import (
	"errors"
	"fmt"

	urfave "github.com/urfave/cli/v2"

	"github.com/spreadlint/spreadlint/cluster"
	"github.com/spreadlint/spreadlint/lint"
	"github.com/spreadlint/spreadlint/render"
)

// nodesFlags describe the cluster. Nothing is asked of a live one.
func nodesFlags() []urfave.Flag {
	return []urfave.Flag{
		&urfave.StringSliceFlag{Category: clusterGroup, Name: "nodes", Usage: "nodes of the cluster: a `FILE` with the output of `kubectl get nodes -o yaml`, or with pools; repeatable, - is standard input"},
		&urfave.IntFlag{Category: clusterGroup, Name: "zones", Usage: "instead of --nodes: a cluster of `N` zones", DefaultText: "1 with --nodes-per-zone"},
		&urfave.IntFlag{Category: clusterGroup, Name: "nodes-per-zone", Usage: "with `M` equal nodes each", DefaultText: "1 with --zones"},
		&urfave.StringSliceFlag{Category: clusterGroup, Name: "pods", Usage: "what runs already: a `FILE` with the output of `kubectl get pods -A -o yaml`, repeatable"},
		&urfave.StringSliceFlag{Category: clusterGroup, Name: "volumes", Usage: "where volumes are: a `FILE` with the output of `kubectl get pv,pvc,storageclass -A -o yaml`, repeatable"},
		&urfave.StringSliceFlag{Category: clusterGroup, Name: "namespaces", Usage: "labels of namespaces: a `FILE` with the output of `kubectl get namespaces -o yaml`, repeatable"},
		&urfave.StringFlag{Category: clusterGroup, Name: "live", Usage: "the release as it runs: a `FILE` with the output of `helm get manifest`"},
	}
}

// surroundings are what is known of the cluster.
type surroundings struct {
	nodes   *cluster.Inventory
	live    *render.Release
	profile string           // the environment that this is, "" for none
	others  []lint.Elsewhere // the clusters of the other environments
}

// surroundings reads what the flags tell of the cluster. A file that cannot be
// used is one more problem for a report.
func (p *program) surroundings(c *urfave.Context, problems []error) (s surroundings, all []error, err error) {
	var mistake *usageError
	if s.nodes, err = p.inventory(c); errors.As(err, &mistake) {
		return s, nil, err
	} else if err != nil {
		problems = append(problems, err)
	}
	if s.live, err = p.live(c); errors.As(err, &mistake) {
		return s, nil, err
	} else if err != nil {
		problems = append(problems, err)
	}
	return s, problems, nil
}

// inventory reads the cluster that the flags describe; nil when they describe
// none. The error is one of the command line, or a *render.Failure or
// *values.SyntaxError about a file.
func (p *program) inventory(c *urfave.Context) (*cluster.Inventory, error) {
	files := c.StringSlice("nodes")
	counted := c.IsSet("zones") || c.IsSet("nodes-per-zone")
	switch {
	case len(files) > 0 && counted:
		return nil, usage("--nodes and --zones exclude each other", "--zones N --nodes-per-zone M stands for a cluster of which no list is at hand")
	case len(files) == 0 && !counted:
		for _, flag := range []string{"pods", "volumes", "namespaces", "live"} {
			if c.IsSet(flag) {
				return nil, usage("--"+flag+" needs --nodes", "kubectl get nodes -o yaml > nodes.yaml")
			}
		}
		return nil, nil
	case counted:
		zones, each := max(1, c.Int("zones")), max(1, c.Int("nodes-per-zone"))
		for _, flag := range []string{"zones", "nodes-per-zone"} {
			if n := c.Int(flag); c.IsSet(flag) && n < 1 {
				return nil, usage(fmt.Sprintf("--%s %d: a cluster has at least one", flag, n))
			}
		}
		found, err := cluster.Zones(zones, each)
		if err != nil {
			return nil, usage(err.Error())
		}
		return found, p.readMore(c, found)
	}
	all, err := p.readAllNodes(files)
	if err != nil {
		return nil, err
	}
	return all, p.readMore(c, all)
}

// readAllNodes reads the nodes of one cluster from several files.
func (p *program) readAllNodes(files []string) (all *cluster.Inventory, err error) {
	for _, name := range files {
		found, err := p.readNodes(name)
		if err != nil {
			return nil, err
		}
		if all == nil {
			all = found
			continue
		}
		if err := all.Join(found); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (p *program) readNodes(name string) (*cluster.Inventory, error) {
	if name == "" {
		return nil, usage("the name of a file of nodes is empty", "is a variable of the shell not set?")
	}
	data, shown, err := p.readInput(name)
	if err != nil {
		return nil, err
	}
	return cluster.ReadNodes(shown, data)
}

// readMore adds what the cluster's other files tell.
func (p *program) readMore(c *urfave.Context, inventory *cluster.Inventory) error {
	for _, more := range []struct {
		flag string
		add  func(name string, data []byte) error
	}{{"namespaces", inventory.AddNamespaces}, {"pods", inventory.AddPods}, {"volumes", inventory.AddVolumes}} {
		for _, name := range c.StringSlice(more.flag) {
			data, shown, err := p.readInput(name)
			if err != nil {
				return err
			}
			if err := more.add(shown, data); err != nil {
				return err
			}
		}
	}
	return nil
}

// live reads the release as it runs; nil when none is given.
func (p *program) live(c *urfave.Context) (*render.Release, error) {
	name := c.String("live")
	if name == "" {
		return nil, nil
	}
	data, shown, err := p.readInput(name)
	if err != nil {
		return nil, err
	}
	release, err := render.FromManifests(shown, data)
	if err == nil && len(release.Workloads) == 0 {
		return nil, &render.Failure{File: shown, Message: "no workload of a running release is found here",
			Hints: []string{"helm get manifest NAME -n NAMESPACE > " + shown}}
	}
	if namespace := c.String("namespace"); release != nil && namespace != "" {
		release.Locate(namespace)
	}
	return release, err
}
