package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shorteners lists the functions that take the beginning of a text, or of what is read, with the reason why
// no part of a secret is at its end. Whatever else does so fails TestTextsAreShortenedByTheRedactor.
var shorteners = map[string]string{
	"internal/redact.Head":         "it cuts with room for what may be a part",
	"internal/redact.cut":          "it cuts what the redactor cleaned",
	"internal/redact.spelled":      "it looks for secrets",
	"internal/redact.Password":     "it finds the end of a password",
	"internal/wrap.Clip":           "result clips the cells of a terminal, which the redactor cleaned",
	"internal/files.cutName":       "the redactor cleans the name of a file before SafeName",
	"internal/files.splitName":     "it takes off an extension",
	"internal/files/folder.settle": "it takes the beginning of a random text",
	"internal/strictjson.within":   "it takes off whole names",
	"internal/files.Note":          "it reads what an earlier run of the plugin kept",
	"internal/request.Read":        "a longer request is refused",
	"connection.classifyRefusal":   "the redactor takes off the end that may hold a part",
	"connection.isPlaceholder":     "it compares a beginning, and shows nothing",
	"connection.cutAt":             "it takes off the next parameter of a header",
}

// TestTextsAreShortenedByTheRedactor walks every place where a text is shortened. A secret can be told as a
// whole alone, so it goes first: internal/redact has the only functions that shorten what is shown.
func TestTextsAreShortenedByTheRedactor(t *testing.T) {
	found := map[string]bool{}
	for _, p := range typedPackages(t) {
		for _, file := range p.files {
			for _, declaration := range file.Decls {
				function, isFunction := declaration.(*ast.FuncDecl)
				if !isFunction || !shortens(p.info, function) {
					continue
				}
				name := strings.TrimPrefix(p.path, "tenableio/") + "." + function.Name.Name
				if found[name] = true; shorteners[name] == "" {
					t.Errorf("%s takes the beginning of a text; let internal/redact do it", name)
				}
			}
		}
	}
	for name := range shorteners {
		if !found[name] {
			t.Errorf("%s is listed and shortens nothing", name)
		}
	}
}

// shortens tells whether a function takes the beginning of a text, or of what it reads.
func shortens(info *types.Info, function *ast.FuncDecl) (found bool) {
	ast.Inspect(function, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SliceExpr:
			basic, isBasic := info.TypeOf(node.X).Underlying().(*types.Basic)
			found = found || node.High != nil && isBasic && basic.Info()&types.IsString != 0
		case *ast.SelectorExpr:
			found = found || node.Sel.Name == "LimitReader"
		}
		return true
	})
	return found
}

// typedPackage is a package of the product with the types of its expressions.
type typedPackage struct {
	path  string
	files []*ast.File
	info  *types.Info
}

// typedPackages reads the packages that the binary is made of, but for the sandbox.
func typedPackages(t *testing.T) (all []typedPackage) {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-export", "-json=ImportPath,Dir,Export,GoFiles", ".").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	exports := map[string]string{}
	var own []goFiles
	for decoder := json.NewDecoder(bytes.NewReader(out)); decoder.More(); {
		var p goFiles
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if strings.HasPrefix(p.ImportPath, "tenableio/") && !strings.Contains(p.ImportPath, "/sandbox") {
			own = append(own, p)
		}
	}
	set := token.NewFileSet()
	config := types.Config{Importer: importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	for _, p := range own {
		typed := typedPackage{path: p.ImportPath, info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			typed.files = append(typed.files, file)
		}
		if _, err := config.Check(p.ImportPath, set, typed.files, typed.info); err != nil {
			t.Fatal(fmt.Errorf("%s: %w", p.ImportPath, err))
		}
		all = append(all, typed)
	}
	return all
}

// goFiles is a package as go list describes it.
type goFiles struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
}
