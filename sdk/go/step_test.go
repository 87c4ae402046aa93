package slipway

import (
	"strings"
	"testing"
)

type none struct{}

var workload = NewDeployment("web", NewPod(NewContainer("web", "a.example/web:1"))).JSON()

func at(operation string, elapsed uint64, observed ...Observed) Step[none] {
	return Step[none]{
		Operation: operation, Observed: observed, Facts: NewFacts(Object{"ingressPort": 8080}),
		StartedUnixMilliseconds: 1000, NowUnixMilliseconds: 1000 + elapsed,
	}
}

func TestARestartMarksThePodsAndAnUpdateKeepsTheMark(t *testing.T) {
	mark := annotations + Pointer(restartedAt)
	restarted := at("restart", 0).Marked(workload)
	if text := TextAt(restarted, mark); text != "1000" {
		t.Errorf("%q", text)
	}
	updated := at("update", 0, Observed{Object: restarted, Health: Healthy}).Marked(workload)
	if text := TextAt(updated, mark); text != "1000" {
		t.Errorf("%q", text)
	}
	if At(at("update", 0).Marked(workload), mark) != nil || At(workload, mark) != nil {
		t.Error("there is a mark that nobody asked for")
	}
}

func TestTroubleIsToldWithThePodThatCannotStart(t *testing.T) {
	if trouble := at("update", 0).Trouble([]Object{workload}); trouble != "Deployment web is being made." {
		t.Error(trouble)
	}
	waiting := Observed{Object: workload, Health: Progressing, Message: "0 of 1 are ready."}
	pod := Object{"kind": "Pod", "metadata": Object{"name": "web-1"}}
	stuck := Observed{Object: pod, Health: Degraded, Message: "The image cannot be pulled."}
	trouble := at("update", 0, waiting, stuck).Trouble([]Object{workload})
	if trouble != "Deployment web: 0 of 1 are ready. Pod web-1: The image cannot be pulled." {
		t.Error(trouble)
	}
	if at("update", 0, Observed{Object: workload, Health: Suspended}).Trouble([]Object{workload}) != "" {
		t.Error("what is suspended is waited for")
	}
}

func TestATaskThatHasFailedIsNotWaitedFor(t *testing.T) {
	job := Object{"apiVersion": "batch/v1", "kind": "Job", "metadata": Object{"name": "import"}}
	both := []Object{workload, job}
	if failure := at("update", 0, Observed{Object: job, Health: Progressing}).EndedBadly(both); failure != nil {
		t.Error(failure)
	}
	failure := at("update", 0, Observed{Object: job, Health: Degraded, Message: "It failed."}).EndedBadly(both)
	if failure == nil || failure.Code != "job-failed" || failure.Message != "Job import: It failed." {
		t.Error(failure)
	}
	if failure := at("update", 0, Observed{Object: workload, Health: Degraded}).EndedBadly(both); failure != nil {
		t.Error(failure)
	}
}

func TestAnIngressWithoutAnAddressIsWaitedForOnlyForAWhile(t *testing.T) {
	ingress := NewIngress("web", []string{"web.example"}, "web", 80).JSON()
	seen := Observed{Object: ingress, Health: Progressing, Message: "It has no address."}
	if at("create", 0, seen).Trouble([]Object{ingress}) == "" {
		t.Error("it is not waited for")
	}
	if at("create", addressMilliseconds, seen).Trouble([]Object{ingress}) != "" {
		t.Error("it is waited for too long")
	}
	links := at("create", 0).Links([]Object{ingress})
	if len(links) != 1 || links[0].URL != "http://web.example:8080/" {
		t.Errorf("%v", links)
	}
}

func TestOnlyVolumeClaimsAreClaims(t *testing.T) {
	claim := NewVolumeClaim("files", 64).JSON()
	claims := at("cleanup", 0, Observed{Object: workload}, Observed{Object: claim}).Claims()
	if len(claims) != 1 || claims[0] != (ObjectRef{"v1", "PersistentVolumeClaim", "files"}) {
		t.Errorf("%v", claims)
	}
}

func TestAFailureKnowsItsFieldAndWhatToDo(t *testing.T) {
	failure := UnsupportedOperation("promote", []string{"create", "update"})
	if failure.Code != "unsupported-operation" || !strings.Contains(failure.Advice, "create, update") {
		t.Errorf("%+v", failure)
	}
	if failure := Invalid("No.").At("/a").Hint("Yes."); failure.Field != "/a" || failure.Advice != "Yes." {
		t.Errorf("%+v", failure)
	}
	if PreviewHost("web.shop.example") != "web--preview.shop.example" {
		t.Error(PreviewHost("web.shop.example"))
	}
}
