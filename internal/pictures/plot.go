package main

import (
	"strconv"

	"github.com/go-analyze/charts"
)

// plot is one picture with horizontal bars.
type plot struct {
	file    string
	title   string
	sources []source
}

var plots = []plot{
	{
		file: "memory", title: "Peak memory, MiB",
		sources: []source{
			{"Test Connection", "T6", 0},
			{"report of 25 MB", "L1", 3},
			{"report of 100 MB", "L1", 4},
			{"report of 1,000 MB", "L1", 5},
			{"file of 20 MB in the result", "T13a", 2},
			{"file of 200 MB in the result", "T13a", 1},
			{"List Agents, 2,000", "L2", 3},
			{"List Agents, 20,000", "L2", 4},
			{"List Agents, 200,000", "L2", 5},
		},
	},
	{
		file: "ratios", title: "Time of the plugin / time of its peer",
		sources: []source{
			{"Get Scan Status / Python with requests", "T4", 0},
			{"report of 100 MB / Python with requests", "T8", 0},
			{"the same with 2 workers", "T8a", 0},
			{"200 MB in the result / Python", "T13", 0},
			{"Test Connection / curl", "T5", 0},
			{"download of 200 MB / curl", "T12", 0},
			{"report of 100 MB / curl", "T10", 0},
		},
	},
}

// theme is the page that a picture is for.
type theme struct {
	name    string
	palette string
	bars    charts.Color
}

var themes = []theme{
	{"light", charts.ThemeLight, charts.ColorFromHex("#0969da")},
	{"dark", charts.ThemeDark, charts.ColorFromHex("#4493f8")},
}

const (
	width     = 760
	rowHeight = 34
	headroom  = 80
	spread    = 24 // readers' fonts may be wider than the one that the library measures with
)

// draw renders the plot as SVG. The chart library draws the first category at the bottom.
func (p plot) draw(bars []bar, t theme) ([]byte, error) {
	values := make([]float64, len(bars))
	names := make([]string, len(bars))
	for i, b := range bars {
		values[len(bars)-1-i] = b.value
		names[len(bars)-1-i] = b.name
	}
	format := func(value float64) string { return strconv.FormatFloat(value, 'f', -1, 64) }
	option := charts.NewBarChartOptionWithData([][]float64{values})
	option.Horizontal = true
	option.Theme = charts.GetTheme(t.palette).WithSeriesColors([]charts.Color{t.bars})
	option.Padding = charts.Box{Left: 2 * spread, Top: 20, Right: 60, Bottom: 10}
	option.Title.Text = p.title
	option.Title.FontStyle.FontSize = 14
	option.CategoryAxis.Labels = names
	option.CategoryAxis.LabelFontStyle.FontSize = 11
	option.CategoryAxis.LabelOffset.Left = -spread
	option.ValueAxis = []charts.ValueAxisOption{{Show: charts.Ptr(false), Min: charts.Ptr(0.0)}}
	option.SeriesList[0].Label.Show = charts.Ptr(true)
	option.SeriesList[0].Label.ValueFormatter = format
	painter := charts.NewPainter(charts.PainterOptions{
		OutputFormat: charts.ChartOutputSVG,
		Width:        width,
		Height:       headroom + rowHeight*len(bars),
	})
	if err := painter.BarChart(option); err != nil {
		return nil, err
	}
	return painter.Bytes()
}
