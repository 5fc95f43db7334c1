// A custom resource for each lab, and operator-framework's Helm engine that makes a release of it:
// what `python -m bench beside` measures the operator beside.
//
// Nothing of it is ours but the flags. Client-side rate limits are lifted, as for everybody who is
// measured.
package main

import (
	"flag"
	"log"

	"github.com/operator-framework/helm-operator-plugins/pkg/reconciler"
	"go.uber.org/zap/zapcore"
	"helm.sh/helm/v3/pkg/chart/loader"
	"k8s.io/apimachinery/pkg/runtime/schema"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

func main() {
	chartPath := flag.String("chart", "", "directory of the chart")
	group := flag.String("group", "", "API group of the custom resource, version v1")
	kind := flag.String("kind", "", "kind of the custom resource")
	workers := flag.Int("workers", 1, "releases that are worked on at a time")
	flag.Parse()

	ctrl.SetLogger(zap.New(zap.Level(zapcore.InfoLevel)))
	if err := run(*chartPath, schema.GroupVersionKind{Group: *group, Version: "v1", Kind: *kind}, *workers); err != nil {
		log.Fatal(err)
	}
}

func run(chartPath string, gvk schema.GroupVersionKind, workers int) error {
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	config.QPS, config.Burst = 1000, 2000
	manager, err := ctrl.NewManager(config, ctrl.Options{Metrics: server.Options{BindAddress: "0"}})
	if err != nil {
		return err
	}
	chart, err := loader.Load(chartPath)
	if err != nil {
		return err
	}
	engine, err := reconciler.New(
		reconciler.WithChart(*chart),
		reconciler.WithGroupVersionKind(gvk),
		reconciler.WithMaxConcurrentReconciles(workers),
	)
	if err != nil {
		return err
	}
	if err := engine.SetupWithManager(manager); err != nil {
		return err
	}
	return manager.Start(ctrl.SetupSignalHandler())
}
