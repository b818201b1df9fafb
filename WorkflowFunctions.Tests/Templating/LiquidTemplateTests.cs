using System.Text.Json;
using WorkflowFunctions.Engine.Orchestration;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Tests.Templating;

public class LiquidTemplateTests
{
    private static readonly ValueScope s_scope = new ValueScope()
        .Set("params", JsonElement.Parse("""{ "topic": "tea", "score": 0.7, "lang": "en", "nothing": null, "tags": ["a", "b"], "n": 3, "empty": [], "off": false }"""))
        .SetNode("node-1", JsonElement.Parse("""{ "text": "hello", "document_ids": ["d1", "d2"], "deep": { "list": [ { "n": 1 }, { "n": 2.5 } ] } }"""))
        .SetNode("2", JsonElement.Parse("""{ "text": "two" }"""));

    [Theory]
    [InlineData("plain {{ params.topic }}", "\"plain tea\"")]
    [InlineData("{{ nodes.node-1.text }} {{ node-1.text | upcase }}", "\"hello HELLO\"")]
    [InlineData("{{ nodes.2.text }}{{ nodes[\"2\"].text }}", "\"twotwo\"")]
    [InlineData("{{ params.missing | default: 'none' }}", "\"none\"")]
    [InlineData("{{ params.missing.deeper | default: params.topic | upcase }}", "\"TEA\"")]
    [InlineData("[{{ params.nothing }}]", "\"[]\"")]
    [InlineData("{% if params.missing %}a{% else %}b{% endif %}", "\"b\"")]
    [InlineData("{% if params.thing %}a{% endif %}[{{ params.nothing }}]", "\"[]\"")]
    [InlineData("{% for t in params.tags %}{{ t }}-{{ forloop.index }} {% endfor %}", "\"a-1 b-2 \"")]
    [InlineData("{% for i in (1..params.n) reversed limit:2, offset: 1 %}{{i}}{% endfor %}", "\"32\"")]
    [InlineData("{% assign x = params.topic %}{{ x | append: '!' }}", "\"tea!\"")]
    [InlineData("{{x|default:'a | b'|replace : \"a\",'c'}}!", "\"c | b!\"")]
    [InlineData("{{ '2026-03-04' | date: '%Y' }}!", "\"2026!\"")]
    [InlineData("{{ 'one two three' | truncatewords: 2 }}!", "\"one two...!\"")]
    [InlineData("{% raw %}{{ not.read }}{% endraw %}", "\"{{ not.read }}\"")]
    [InlineData("it is {{ node-1.deep }}", "\"it is { \\u0022list\\u0022: [ { \\u0022n\\u0022: 1 }, { \\u0022n\\u0022: 2.5 } ] }\"")]
    public void A_template_renders_to_text(string template, string expected) =>
        Assert.Equal(expected, LiquidTemplate.Parse(template).Render(s_scope).GetRawText());

    [Theory]
    [InlineData("{{ node-1.document_ids }}", """["d1","d2"]""")]
    [InlineData(" {{ params.score }} ", "0.7")]
    [InlineData("{{ params.n | plus: 1 }}", "4")]
    [InlineData("{{ node-1.deep.list | map: 'n' }}", "[1,2.5]")]
    [InlineData("{{ node-1.deep.list[1].n }}", "2.5")]
    [InlineData("{{ node-1.deep }}", """{"list":[{"n":1},{"n":2.5}]}""")]
    [InlineData("{{ params.nothing }}", "null")]
    [InlineData("{{ params.tags | size }}", "2")]
    [InlineData("{{ params.tags.size }}", "2")]
    [InlineData("{{ params.n | default: 5 }}", "3")]
    [InlineData("{{ params.nope | default: 5 }}", "5")]
    [InlineData("{{ params.tags | default: '' }}", """["a","b"]""")]
    [InlineData("{{ node-1.deep | default: params.tags }}", """{"list":[{"n":1},{"n":2.5}]}""")]
    [InlineData("{{ params.nope | default: params.none | default: node-1.document_ids }}", """["d1","d2"]""")]
    [InlineData("{{ params.empty | default: params.n }}", "3")]
    [InlineData("{{ params.off | default: true }}", "true")]
    public void A_lone_output_keeps_its_type(string template, string expected) =>
        Assert.Equal(
            JsonElement.Parse(expected), LiquidTemplate.Parse(template).Render(s_scope), JsonElement.DeepEquals);

    [Theory]
    [InlineData("{{ params.nope }}", "params.nope")]
    [InlineData("a {{ params.topic }} {{ nodes.node-1.nope.deeper }}", "nodes.node-1.nope.deeper")]
    [InlineData("{{ params.nope | upcase }}", "params.nope")]
    [InlineData("{% assign x = params.nope %}", "params.nope")]
    [InlineData("{% for x in params.nope %}{% endfor %}", "params.nope")]
    [InlineData("{{ params.topic }}{{ item.id }}", "item.id")]
    public void A_missing_variable_is_named(string template, string variable) =>
        Assert.Equal(
            variable, Assert.Throws<MissingVariableException>(() => LiquidTemplate.Parse(template).Render(s_scope)).Variable);

    [Theory]
    [InlineData("params.score > 0.5 and params.lang == \"en\"", true)]
    [InlineData("params.score > 0.8 or params.lang == 'de'", false)]
    [InlineData("params.tags contains 'b'", true)]
    [InlineData("node-1.text == 'hello'", true)]
    [InlineData("params.nothing", false)]
    [InlineData("params.n==3 and params.n<4", true)]
    [InlineData("params['topic'] != \"a 'cup' and more\" and 2 <= params.n", true)]
    [InlineData("params.topic contains 'or' or params.n > -1", true)]
    [InlineData("params.topic startswith 't' and node-1.deep.list[1].n == 2.5", true)]
    public void A_condition_is_true_or_false(string condition, bool expected) =>
        Assert.Equal(expected, LiquidTemplate.IsTrue(LiquidTemplate.ParseCondition(condition), s_scope));

    [Fact]
    public void A_condition_over_a_missing_variable_names_it() =>
        Assert.Equal(
            "params.nope",
            Assert.Throws<MissingVariableException>(
                () => LiquidTemplate.IsTrue(LiquidTemplate.ParseCondition("params.lang == 'en' and params.nope > 3"), s_scope)).Variable);

    [Theory]
    [InlineData("{{ nodes.")]
    [InlineData("{% if %}x")]
    [InlineData("{% nonsense %}")]
    [InlineData("{% include 'x' %}")]
    [InlineData("{% for x in y %}")]
    [InlineData("{{ params.topic | shout }}")]
    [InlineData("{{ 'a' | upcase | shout: 1 }}")]
    [InlineData("{% assign x = params.topic | shout %}{{ x }}")]
    [InlineData("{{ params.topic | discard }}")]
    [InlineData("{% assign x %}")]
    [InlineData("{{ x }} {{ y")]
    [InlineData("{% raw %}{{{% endraw %}")]
    [InlineData("{% if and== a %}x{% endif %}")]
    [InlineData("{% for x in ( %}{% endfor %}")]
    public void What_is_not_Liquid_is_refused(string template) =>
        Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(template));

    [Theory]
    [InlineData("params.n ==", "at its end")]
    [InlineData("params.off or", "at its end")]
    [InlineData("and== a", "from 'and== a'")]
    [InlineData("params.n 3", "from '3'")]
    [InlineData("params.n = 3", "from '= 3'")]
    [InlineData("params.n > 2 < 1", "from '< 1'")]
    [InlineData("params.n == 3 && params.off", "from '&& params.off'")]
    [InlineData("params.n == 3 AND params.off", "from 'AND params.off'")]
    [InlineData("params.n + 1 == 5", "from '+ 1 == 5'")]
    [InlineData("params.n == 3 and (params.off)", "from '(params.off)'")]
    [InlineData("not params.off", "from 'params.off'")]
    [InlineData("!params.off", "from '!params.off'")]
    [InlineData("params.tags | size > 5", "from '| size > 5'")]
    [InlineData("params.topic == 'tea", "from ''tea'")]
    public void What_is_not_a_condition_is_refused(string condition, string where)
    {
        Assert.Contains(where, Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.ParseCondition(condition)).Message, StringComparison.Ordinal);
        Assert.Contains(
            where, Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse($"{{% if {condition} %}}x{{% endif %}}")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ }}", "at its end")]
    [InlineData("{{ params.n + 1 }}", "from '+ 1'")]
    [InlineData("{{ params.n == 3 }}", "from '== 3'")]
    [InlineData("{{ nodes.write post.text }}", "from 'post.text'")]
    [InlineData("{{ params.topic || 'none' }}", "from '|| 'none''")]
    [InlineData("{{ params.topic | truncate 2 }}", "from '2'")]
    [InlineData("{{ params.n | plus: 1 + 2 }}", "from '+ 2'")]
    [InlineData("{{ params.n | plus: }}", "at its end")]
    [InlineData("{% assign x = params.n * 2 %}{{ x }}", "from '* 2'")]
    [InlineData("{% for x in params.tags | reverse %}{% endfor %}", "from '| reverse'")]
    [InlineData("{% for x in params.tags limit 3 %}{% endfor %}", "from 'limit 3'")]
    public void What_cannot_be_read_to_its_end_is_refused(string template, string where) =>
        Assert.Contains(where, Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(template)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{ params.n | join }}", "cannot take")]
    [InlineData("{{ params.tags | minus: 'a' }}", "cannot take")]
    [InlineData("{% if params.n > params.tags %}x{% endif %}", "cannot take")]
    [InlineData("{% for x in params.tags limit: params.tags %}{% endfor %}", "cannot take")]
    [InlineData("{{ params.nothing | floor }}", "null")]
    [InlineData("{% cycle nothing %}", "null")]
    [InlineData("{{ params.topic | escape: 1 }}", "arguments")]
    [InlineData("{{ params.n | modulo: 0 }}", "zero")]
    public void What_a_filter_or_an_operator_cannot_take_is_said(string template, string word) =>
        Assert.Contains(
            word, Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(template).Render(s_scope)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{{", 100_000, "")]
    [InlineData("{%a", 100_000, "")]
    [InlineData("{% assign ", 1, "%}")]
    public void A_long_text_that_is_not_Liquid_is_refused_before_it_is_searched(string start, int times, string end)
    {
        var text = string.Concat(Enumerable.Repeat(start, times)) + new string('a', 200_000) + end;
        Assert.Throws<LiquidSyntaxException>(() => LiquidTemplate.Parse(text));
    }

    [Theory]
    [InlineData("{{ nodes.node-1.text }} {{ node-2.x | default: params.y }}", "nodes/node-1 node-2/x params/y")]
    [InlineData("{{ nodes[\"a b\"].x }} {{ nodes[params.which].x }}", "nodes/a b nodes/ params/which")]
    [InlineData("{% for i in a-1.items limit: 3 %}{{ i.x }}{% endfor %}", "a-1/items")]
    [InlineData("{% if a.b > 0.5 and 'c.d' == e or b.c contains 'x' %}{% endif %}", "a/b e/ b/c")]
    [InlineData("{{ 'x.y' | append: b.c | slice: 0, 5 }}", "b/c")]
    public void The_variables_of_a_template_are_known(string template, string expected) =>
        Assert.Equal(
            expected,
            string.Join(' ', LiquidTemplate.Parse(template).Variables.Select(variable => $"{variable.Root}/{variable.Member}")));
}
