package schemas

// Rule is a condition that holds for several inputs together.
type Rule struct {
	AnyOf    []string            `json:"any_of,omitempty"`   // one of these inputs must be given, or more
	When     map[string][]string `json:"when,omitempty"`     // from an input to the choices that demand others
	Required []string            `json:"required,omitempty"` // what they demand
	Message  string              `json:"message"`
}

// Rules lists the either-or rules of the inputs.
func (d *Document) Rules() []Rule {
	type need struct {
		Required []string `json:"required"`
	}
	var root struct {
		AllOf []struct {
			Message string `json:"x-message"`
			AnyOf   []need `json:"anyOf"`
			If      struct {
				Properties map[string]struct {
					Enum  []string `json:"enum"`
					Const string   `json:"const"`
				} `json:"properties"`
			} `json:"if"`
			Then need `json:"then"`
		} `json:"allOf"`
	}
	unmarshal(d.raw, &root)
	var rules []Rule
	for _, condition := range root.AllOf {
		rule := Rule{Required: condition.Then.Required, Message: condition.Message}
		for _, either := range condition.AnyOf {
			rule.AnyOf = append(rule.AnyOf, either.Required...)
		}
		for name, choice := range condition.If.Properties {
			if rule.When == nil {
				rule.When = map[string][]string{}
			}
			rule.When[name] = choice.Enum
			if choice.Const != "" {
				rule.When[name] = []string{choice.Const}
			}
		}
		rules = append(rules, rule)
	}
	return rules
}
