<?xml version="1.0" encoding="UTF-8"?>
<!-- A row in storage format as plain HTML: elements as they are, macros drawn, everything else as its text. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:ac="http://atlassian.com/content" xmlns:ri="http://atlassian.com/resource/identifier"
    exclude-result-prefixes="ac ri">
  <xsl:output method="html" encoding="UTF-8" indent="no"/>
  <xsl:param name="title"/>
  <xsl:template match="/page">
    <html lang="en">
      <head>
        <meta charset="utf-8"/>
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
        <title><xsl:value-of select="$title"/></title>
        <style>
          body { font: 14px/1.45 system-ui, sans-serif; margin: 24px; color: #172b4d; }
          table { border-collapse: collapse; table-layout: fixed; }
          th, td { border: 1px solid #c1c7d0; padding: 6px 10px; vertical-align: top; text-align: left; overflow-wrap: anywhere; }
          th { background: #f4f5f7; }
          pre { background: #f4f5f7; padding: 8px; white-space: pre-wrap; }
          blockquote { border-left: 3px solid #c1c7d0; margin: 0; padding-left: 10px; }
          .box { background: #eaf2ff; border-left: 4px solid #2684ff; padding: 6px 10px; margin: 6px 0; }
          .tip { background: #e3fcef; border-color: #00875a; } .note { background: #fffae6; border-color: #ffab00; }
          .warning { background: #ffebe6; border-color: #de350b; }
          .status { background: #dfe1e6; border-radius: 3px; font-size: 11px; font-weight: 600; padding: 1px 4px; }
        </style>
      </head>
      <body><h1><xsl:value-of select="$title"/></h1><xsl:apply-templates/></body>
    </html>
  </xsl:template>
  <xsl:template match="ac:structured-macro[@ac:name='code']"><pre><xsl:value-of select="ac:plain-text-body"/></pre></xsl:template>
  <xsl:template match="ac:structured-macro[@ac:name='status']"><span class="status"><xsl:value-of select="ac:parameter[@ac:name='title']"/></span></xsl:template>
  <xsl:template match="ac:structured-macro">
    <div class="box {@ac:name}"><xsl:apply-templates select="ac:rich-text-body/node()"/></div>
  </xsl:template>
  <xsl:template match="ac:* | ri:*"><xsl:apply-templates/></xsl:template>
  <xsl:template match="*"><xsl:copy><xsl:copy-of select="@*"/><xsl:apply-templates/></xsl:copy></xsl:template>
</xsl:stylesheet>
