using System.Text.Json;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Tests.Hostile;

/// <summary>Short templates that would take the server's time, memory or stack. Each ends with an error that its author can read.</summary>
public class LiquidBombTests
{
    public static TheoryData<string> Bombs =>
    [
        // Steps.
        "{% for a in (1..2000000000) %}{% endfor %}",
        "{% for a in (1..99999) %}{% for b in (1..99999) %}{% for c in (1..99999) %}x{% endfor %}{% endfor %}{% endfor %}",
        "{% for a in (-999999999999..999999999999) %}{% endfor %}",
        "{% assign n = 2000000000 %}{% for a in (1..n) %}{% endfor %}",
        "{% tablerow a in (1..2000000000) %}{% endtablerow %}",
        "{{ (1..2000000000) | join: ',' }}",
        "{{ (1..2000000000) | reverse | first }}",
        "{{ (1..2000000000) }}",
        "{% for a in (1..100) %}{{ (1..90000) | join: ',' }}{% endfor %}",
        "{{ params.list | concat: (1..2000000000) | size }}",
        // Memory.
        "{% assign s = 'xxxxxxxxxx' %}{% for a in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s | size }}",
        "{% assign s = 'xxxxxxxxxx' %}{% for a in (1..60) %}{% assign s = s | prepend: s %}{% endfor %}{{ s | size }}",
        "{% assign s = 'xxxxxxxxxx' %}{% for a in (1..60) %}{% capture s %}{{ s }}{{ s }}{% endcapture %}{% endfor %}{{ s | size }}",
        "{% assign s = params.big | replace: 'x', params.big %}{{ s | size }}",
        "{% assign s = 'x' %}{% for a in (1..60) %}{% assign s = s | replace: 'x', 'xx' %}{% endfor %}{{ s | size }}",
        "{% assign l = params.list %}{% for a in (1..60) %}{% assign l = l | concat: l %}{% endfor %}{{ l | size }}",
        "{{ params.big | split: '' | join: params.big | size }}",
        "{% assign s = params.big %}{% for a in (1..60) %}{% assign s = s | replace: '', 'xx' %}{% endfor %}{{ s | size }}",
        "{{ params.big | split: '' | size }}",
        "{{ 'now' | date: '%1000000000d' }}",
        // Output.
        "{% for a in (1..50000) %}{{ params.big }}{% endfor %}",
        "{% for a in (1..50000) %}{{ params | json }}{% endfor %}",
        $"{{% for a in (1..50000) %}}{new string('y', 50_000)}{{% endfor %}}",
        $"{{% capture s %}}{{% for a in (1..50000) %}}{new string('y', 50_000)}{{% endfor %}}{{% endcapture %}}{{{{ s | size }}}}",
        // Stack.
        string.Concat(Enumerable.Repeat("{% if true %}", 100_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 100_000)),
        string.Concat(Enumerable.Repeat("{% for a in params.list %}", 10_000)) + string.Concat(Enumerable.Repeat("{% endfor %}", 10_000)),
        "{{ a" + string.Concat(Enumerable.Repeat("[a", 100_000)),
        "{{ " + string.Concat(Enumerable.Repeat("(", 100_000)),
        "{{ 'x'" + string.Concat(Enumerable.Repeat(" | upcase", 100_000)) + " }}",
        string.Concat(Enumerable.Repeat("{% case 1 %}{% when 1 %}", 10_000)),
        "{% if true" + string.Concat(Enumerable.Repeat(" and true", 200_000)) + " %}x{% endif %}",
    ];

    [Theory]
    [MemberData(nameof(Bombs))]
    public void A_template_that_would_take_everything_is_refused(string bomb)
    {
        var scope = new ValueScope()
            .Set("params", JsonSerializer.SerializeToElement(new { big = new string('x', 1_000_000), list = Enumerable.Range(0, 10) }));

        Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(bomb).Render(scope));
    }

    [Theory]
    [InlineData("{{")]
    [InlineData("{%")]
    [InlineData("{{ a | ")]
    [InlineData("{% if ")]
    [InlineData("{{ 'a' }}{{")]
    [InlineData("{{ a | default: '")]
    [InlineData("{% comment %}")]
    [InlineData("{% raw %}")]
    public void What_is_never_closed_is_read_once(string part) =>
        Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length))));

    [Theory]
    [InlineData("{% for a in (1..3) %}{{ a }}{% endfor %}", "123")]
    [InlineData("{% assign n = 3 %}{% for a in (1..n) reversed %}{{ a }}{% endfor %}", "321")]
    [InlineData("{{ 'a..b' }}", "a..b")]
    [InlineData("{{ 'a-a' | replace: 'a', 'bb' | append: '!' | prepend: '?' }}", "?bb-bb!")]
    [InlineData("{{ 'a,b' | split: ',' | join: '+' }}", "a+b")]
    [InlineData("{{ params.list | concat: params.list | size }} in all", "20 in all")]
    [InlineData("{{ 3 | times: 4 }} apples", "12 apples")]
    [InlineData("{% for a in (1..2000000000) limit: 2 offset: 1000000000 %}{{ a }} {% endfor %}", "1000000001 1000000002 ")]
    [InlineData("{% assign a = (1..2000000000) %}{{ a | size }}!", "2000000000!")]
    [InlineData("{% if (1..2000000000) contains 5 %}x{% endif %}", "x")]
    public void Templates_that_stay_small_are_as_before(string template, string expected) =>
        Assert.Equal(expected, LiquidTemplate.Parse(template)
            .Render(new ValueScope().Set("params", JsonSerializer.SerializeToElement(new { list = Enumerable.Range(0, 10) }))).ToString());
}
