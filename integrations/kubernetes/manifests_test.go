// Package kubernetes holds the manifests. There is no code but their tests, which read
// them as a cluster does: strictly, and under Pod Security's own rules.
package kubernetes

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// decoder knows the kinds that are used, and refuses members that they do not have.
func decoder(t *testing.T) runtime.Decoder {
	t.Helper()
	scheme := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		appsv1.AddToScheme, batchv1.AddToScheme, corev1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme,
	} {
		if err := add(scheme); err != nil {
			t.Fatal(err)
		}
	}
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
}

// manifests are all objects of all files.
func manifests(t *testing.T) []runtime.Object {
	t.Helper()
	files, err := filepath.Glob("*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no manifests: %v", err)
	}
	decode := decoder(t)
	var objects []runtime.Object
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for reader := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text))); ; {
			document, err := reader.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			object, _, err := decode.Decode(document, nil, nil)
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			objects = append(objects, object)
		}
	}
	return objects
}

// templates are the pods that the manifests start, by the name of what starts them.
func templates(t *testing.T) map[string]corev1.PodTemplateSpec {
	t.Helper()
	pods := map[string]corev1.PodTemplateSpec{}
	for _, object := range manifests(t) {
		switch o := object.(type) {
		case *appsv1.Deployment:
			pods[o.Name] = o.Spec.Template
		case *batchv1.CronJob:
			pods[o.Name] = o.Spec.JobTemplate.Spec.Template
		}
	}
	if len(pods) != 2 {
		t.Fatalf("%d kinds of pods, want 2", len(pods))
	}
	return pods
}

// TestDecoderIsStrict: a member that does not exist is refused, and so is one twice.
func TestDecoderIsStrict(t *testing.T) {
	const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"
	for text, good := range map[string]bool{
		namespace: true, namespace + "specc: {}\n": false, namespace + "kind: Namespace\n": false, "apiVersion: v1\nkind: Pot\n": false,
	} {
		if _, _, err := decoder(t).Decode([]byte(text), nil, nil); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// TestPodSecurity holds every pod to the profile restricted.
func TestPodSecurity(t *testing.T) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		t.Fatal(err)
	}
	restricted := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	for name, pod := range templates(t) {
		for _, result := range evaluator.EvaluatePod(restricted, &pod.ObjectMeta, &pod.Spec) {
			if !result.Allowed {
				t.Errorf("%s: %s: %s", name, result.ForbiddenReason, result.ForbiddenDetail)
			}
		}
		pod.Spec.SecurityContext.RunAsNonRoot = nil
		if policy.AggregateCheckResults(evaluator.EvaluatePod(restricted, &pod.ObjectMeta, &pod.Spec)).Allowed {
			t.Errorf("%s is allowed as root too, so this tests nothing", name)
		}
	}
}

// TestContainers: a read-only root, limits, and no token of the cluster's.
func TestContainers(t *testing.T) {
	for name, pod := range templates(t) {
		if auto := pod.Spec.AutomountServiceAccountToken; auto == nil || *auto {
			t.Errorf("%s gets a token of the cluster's", name)
		}
		for _, c := range pod.Spec.Containers {
			if root := c.SecurityContext.ReadOnlyRootFilesystem; root == nil || !*root {
				t.Errorf("%s may write to its root", name)
			}
			if c.Resources.Limits.Memory().IsZero() || c.Resources.Requests.Cpu().IsZero() || c.Resources.Requests.Memory().IsZero() {
				t.Errorf("%s has no limits: %v", name, c.Resources)
			}
			mounted := slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.MountPath == "/tmp" })
			if !mounted || strings.Contains(strings.Join(c.Args, " "), "key") {
				t.Errorf("%s has no /tmp, or a key among its arguments", name)
			}
			for _, mount := range c.VolumeMounts {
				if !slices.ContainsFunc(pod.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == mount.Name }) {
					t.Errorf("%s mounts %s, which is no volume of it", name, mount.Name)
				}
			}
		}
	}
}

// TestSelectors: what selects pods selects those that are there.
func TestSelectors(t *testing.T) {
	pods := templates(t)
	selects := func(what string, selector map[string]string, want int) {
		n := 0
		for _, pod := range pods {
			if labels.SelectorFromSet(selector).Matches(labels.Set(pod.Labels)) {
				n++
			}
		}
		if n != want {
			t.Errorf("%s selects %d kinds of pods, want %d", what, n, want)
		}
	}
	for _, object := range manifests(t) {
		switch o := object.(type) {
		case *appsv1.Deployment:
			selects(o.Name, o.Spec.Selector.MatchLabels, 1)
			selects(o.Name, o.Spec.Template.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels, 1)
		case *policyv1.PodDisruptionBudget:
			selects(o.Name, o.Spec.Selector.MatchLabels, 1)
		case *networkingv1.NetworkPolicy:
			want := map[string]int{"tenableio": 2, "tenableio-worker": 1}[o.Name]
			selects(o.Name, o.Spec.PodSelector.MatchLabels, want)
			if len(o.Spec.Ingress) > 0 {
				t.Errorf("%s lets somebody in", o.Name)
			}
		}
	}
}
